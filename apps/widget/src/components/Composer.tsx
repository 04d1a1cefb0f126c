import { Component, createRef } from 'preact';
import type { Props } from './App.tsx';
import { Icon } from './Icon.tsx';

const mostCharacters = 10_000;

export class Composer extends Component<Props, { length: number; blank: boolean }> {
  override state = { length: 0, blank: true };
  private area = createRef<HTMLTextAreaElement>();

  override componentDidMount() {
    if (this.area.current) this.area.current.value = this.props.actions.draft();
    this.grow();
  }

  private grow() {
    const area = this.area.current;
    if (!area) return;
    area.style.height = 'auto';
    // An empty area is as high as its placeholder's one line, however long the language.
    area.style.height = area.value ? `${area.scrollHeight}px` : '';
    this.setState({ length: area.value.trim().length, blank: !area.value.trim() });
  }

  private onInput = () => {
    this.grow();
    this.props.actions.type(this.area.current?.value ?? '');
  };

  private onKeyDown = (event: KeyboardEvent) => {
    // 229: Safari ends the composition before it tells of its Enter.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.send();
  };

  private send = () => {
    const area = this.area.current;
    const text = area?.value.trim() ?? '';
    if (!area || !text || text.length > mostCharacters) return;
    area.value = '';
    this.props.actions.send(text);
    this.grow();
    area.focus();
  };

  render({ words: { say } }: Props, { length, blank }: { length: number; blank: boolean }) {
    const tooLong = length > mostCharacters;
    return (
      <form
        onSubmit={(event) => {
          event.preventDefault();
          this.send();
        }}
      >
        {tooLong && (
          <p class="over" role="alert">
            {say('tooLong', { n: mostCharacters })} ({length})
          </p>
        )}
        <div class="field">
          <textarea
            ref={this.area}
            rows={1}
            dir="auto"
            enterkeyhint="send"
            aria-label={say('write')}
            placeholder={say('write')}
            onInput={this.onInput}
            onKeyDown={this.onKeyDown}
          />
          <button type="submit" class="send" aria-label={say('send')} title={say('send')} disabled={blank || tooLong}>
            <Icon name="send" />
          </button>
        </div>
      </form>
    );
  }
}
