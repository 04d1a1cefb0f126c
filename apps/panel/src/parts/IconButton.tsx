import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

interface Props extends Omit<ComponentProps<'button'>, 'aria-label' | 'children'> {
  icon: LucideIcon;
  label: string;
  mirrored?: boolean;
}

/** Only where space forbids words: the label is its name and its tooltip. */
export function IconButton({ icon: Icon, label, mirrored, className = '', ...rest }: Props) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex size-9 shrink-0 items-center justify-center rounded-2 text-ink-muted transition-colors hover:bg-hover hover:text-ink aria-pressed:bg-selected aria-pressed:text-accent-ink ${className}`}
      {...rest}
    >
      <Icon aria-hidden size={18} className={mirrored ? 'mirrored' : undefined} />
    </button>
  );
}
