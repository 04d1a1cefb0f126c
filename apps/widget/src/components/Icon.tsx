import type { JSX } from '../jsx-runtime.ts';

type Name = keyof typeof shapes;

export function Icon({ name, size = 20 }: { name: Name; size?: number }) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  );
}

type IconButtonProps = JSX.IntrinsicElements['button'] & { icon: Name; size?: number; label: string };

/** Says what it does to those who cannot tell from the picture. */
export function IconButton({ icon, size, label, children, ...rest }: IconButtonProps) {
  return (
    <button type="button" aria-label={label} title={label} {...rest}>
      {children}
      <Icon name={icon} size={size} />
    </button>
  );
}

const shapes = {
  chat: 'M21 11.5a8 8 0 0 1-8 8H4l1.7-3.1A8 8 0 0 1 13 3.5a8 8 0 0 1 8 8zM9 11.5h.01M13 11.5h.01M17 11.5h.01',
  down: 'M6 9.5l6 6 6-6',
  close: 'M6 6l12 12M18 6L6 18',
  send: 'M12 19V5M5.5 11.5L12 5l6.5 6.5',
  end: 'M15 4h3a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-3M10 16l-4-4 4-4M6 12h9',
  clock: 'M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  sent: 'M5 12.5l4.5 4.5L19 7.5',
  read: 'M2 12.5l4.5 4.5L16 7.5M11.5 16l1 1L22 7.5',
  failed: 'M12 8v5M12 16.5h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
};
