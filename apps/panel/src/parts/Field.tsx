import { type ComponentProps, useId } from 'react';

interface Props extends Omit<ComponentProps<'input'>, 'className' | 'onChange'> {
  label: string;
  hint?: string;
  onValue: (value: string) => void;
}

/** An input under its label, and what to write there. */
export function Field({ label, hint, onValue, ...rest }: Props) {
  const id = useId();
  return (
    <label className="mb-4 block">
      <span className="font-medium">{label}</span>
      <input
        required
        onChange={(event) => onValue(event.target.value)}
        aria-describedby={hint === undefined ? undefined : id}
        className="mt-1 h-10 w-full rounded-2 border border-line-strong bg-surface px-3 text-ink"
        {...rest}
      />
      {hint !== undefined && (
        <span id={id} className="mt-1 block text-sm text-ink-muted">
          {hint}
        </span>
      )}
    </label>
  );
}
