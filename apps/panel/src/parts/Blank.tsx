import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface Props {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** What stands where there is nothing to show: why, and what to do. */
export function Blank({ icon: Icon, title, children, action }: Props) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-2 p-6 text-center">
      <span className="mb-1 flex size-11 items-center justify-center rounded-full bg-sunken text-ink-subtle">
        <Icon aria-hidden size={20} />
      </span>
      <p className="font-medium text-ink">{title}</p>
      {children && <p className="max-w-80 text-md text-balance text-ink-muted">{children}</p>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}
