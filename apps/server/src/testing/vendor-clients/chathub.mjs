// What an integrator writes in Node after reading the published guide: axios, Bearer, text/plain.
// node chathub.mjs BASE_URL LOGIN PASSWORD ORGANIZATION_ID COUNT → one JSON object that says what happened.
import axios from 'axios';

const [baseURL, login, password, organizationId, count] = process.argv.slice(2);
const OperatorStatus = { Active: 0, Inactive: 1, Deleted: 2 };
const dayMs = 24 * 60 * 60 * 1000;

class ChatHub {
  constructor(token) {
    this.http = axios.create({
      baseURL,
      headers: { Accept: 'text/plain', 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    });
  }

  static async signIn() {
    const credentials = { login, password };
    const { data } = await axios.post(`${baseURL}/api/company/get-token`, credentials, {
      headers: { Accept: 'text/plain', 'Content-Type': 'application/json' },
    });
    return new ChatHub(data);
  }

  organizations() {
    return this.http.get('/api/company/organization').then(({ data }) => data);
  }

  operators(organizationId) {
    return this.http.get('/api/operator', { params: { organizationId } }).then(({ data }) => data);
  }

  async addOperators(operators, chunkSize = 100) {
    const mistakes = operators.flatMap(mistakesOf);
    if (mistakes.length > 0) throw new Error(mistakes.join('; '));
    const added = [];
    for (let start = 0; start < operators.length; start += chunkSize) {
      const chunk = operators.slice(start, start + chunkSize);
      const { data } = await this.http.post('/api/operator/synchronize', chunk);
      added.push(...data);
    }
    return added;
  }

  async setStatus(id, status) {
    const response = await this.http.post('/api/operator/status', { id, status });
    return response.status === 200 && response.data === '';
  }

  operatorToken(id) {
    const expiresAt = new Date(Date.now() + dayMs).toISOString();
    return this.http.post('/api/operator/get-token', { id, expiresAt }).then(({ data }) => data);
  }

  validate(token) {
    return this.http.post('/api/operator/validate-token', { token }).then(({ data }) => data);
  }
}

function mistakesOf({ organizationId, name }, index) {
  const mistakes = [];
  if (!organizationId) mistakes.push(`row ${index}: organizationId is missing`);
  if (!name?.trim()) mistakes.push(`row ${index}: name is missing`);
  else if (name.length > 100) mistakes.push(`row ${index}: name is too long`);
  return mistakes;
}

async function statusOf(promise) {
  try {
    return (await promise).status;
  } catch (error) {
    return { status: error.response?.status, message: error.response?.data?.error };
  }
}

const hub = await ChatHub.signIn();
const id = Number(organizationId);
const rows = Array.from({ length: Number(count) }, (_, index) => ({ organizationId: id, name: `Агент №${index + 1}` }));
const known = await hub.operators(id);
const added = await hub.addOperators(rows);
const first = added[0].id;
const switched = [];
for (const status of [OperatorStatus.Inactive, OperatorStatus.Deleted, OperatorStatus.Active]) {
  switched.push(await hub.setStatus(first, status));
}
const token = await hub.operatorToken(first);

console.log(
  JSON.stringify({
    organizations: await hub.organizations(),
    known,
    added,
    switched,
    token,
    validated: await hub.validate(token),
    invalid: await hub.validate('nonsense'),
    wrongPassword: await statusOf(axios.post(`${baseURL}/api/company/get-token`, { login, password: 'wrong' })),
    badRow: await statusOf(hub.http.post('/api/operator/synchronize', [{ organizationId: id, name: '' }])),
  }),
);
