import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { dismiss, useNotices } from './notices.ts';

export function Notices() {
  const { t } = useTranslation();
  const notices = useNotices((state) => state.notices);
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 top-14 z-30 flex flex-col items-center gap-2 px-4"
    >
      {notices.map(({ id, tone, text }) => (
        <p
          key={id}
          className={`pointer-events-auto flex max-w-120 animate-[appear_var(--sb-duration)_var(--sb-ease)] items-center gap-2 rounded-3 border py-1.5 ps-3.5 pe-1.5 shadow-3 ${
            tone === 'danger' ? 'border-danger bg-danger-soft text-danger' : 'border-line bg-raised text-ink'
          }`}
        >
          {text}
          <button
            type="button"
            aria-label={t('close')}
            onClick={() => dismiss(id)}
            className="flex size-7 shrink-0 items-center justify-center rounded-2 hover:bg-hover"
          >
            <X aria-hidden size={14} />
          </button>
        </p>
      ))}
    </div>
  );
}
