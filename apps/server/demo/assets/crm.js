// What a CRM does: asks its own backend for an operator token and appends the vendor's tag.
const id = 'operator-chat-panel-script';
const state = document.getElementById('state');

async function showPanel() {
  state.textContent = 'Asking for a token…';
  try {
    const response = await fetch('/demo/operator-token', { method: 'POST' });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const { token } = await response.json();
    removePanel();
    const tag = document.createElement('script');
    tag.type = 'module';
    tag.id = id;
    tag.src = '/operator-chat-panel/widget-script.js';
    tag.setAttribute('token', token);
    document.body.append(tag);
    state.textContent = `Token given at ${new Date().toLocaleTimeString()}`;
  } catch (error) {
    state.textContent = `No token: ${error.message}`;
  }
}

function removePanel() {
  document.getElementById(id)?.remove();
  state.textContent = 'No panel';
}

document.getElementById('replace').addEventListener('click', () => void showPanel());
document.getElementById('remove').addEventListener('click', removePanel);
// The panel says by a window error that its token has ended: time for a fresh one.
window.addEventListener('error', (event) => {
  if (event.message.includes('token expired')) void showPanel();
});

for (const row of document.querySelectorAll('#customers li')) {
  row.addEventListener('click', () => {
    document.querySelector('#customers [aria-current]')?.removeAttribute('aria-current');
    row.setAttribute('aria-current', 'true');
    document.getElementById('name').textContent = row.querySelector('b').textContent;
    document.getElementById('deal').textContent = row.querySelector('span').textContent;
  });
}

void showPanel();
