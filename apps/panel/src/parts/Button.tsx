import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

const looks: Record<Look, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover active:bg-accent-active',
  plain: 'border border-line-strong bg-surface text-ink hover:bg-hover',
  quiet: 'text-ink-muted hover:bg-hover hover:text-ink',
  danger: 'bg-danger-solid text-on-solid hover:opacity-90',
};

interface Props extends ComponentProps<'button'> {
  look?: Look;
  icon?: LucideIcon;
  /** The key that does the same, shown behind the label. */
  hint?: string;
  small?: boolean;
}

export function Button({ look = 'plain', icon: Icon, hint, small, className = '', children, ...rest }: Props) {
  return (
    <button
      type="button"
      className={`inline-flex shrink-0 items-center justify-center gap-1.5 rounded-2 font-medium whitespace-nowrap transition-colors disabled:opacity-50 ${
        small ? 'h-7 px-2 text-sm' : 'h-9 px-3 text-md'
      } ${looks[look]} ${className}`}
      {...rest}
    >
      {Icon && <Icon aria-hidden size={small ? 14 : 16} />}
      {children}
      {hint && (
        <kbd
          aria-hidden
          className="hidden rounded-1 border border-current px-1 font-sans text-xs opacity-70 two:inline"
        >
          {hint}
        </kbd>
      )}
    </button>
  );
}
