import { useTranslation } from 'react-i18next';
import { rowHeight } from './SessionRow.tsx';

const rows = Array.from({ length: 12 }, (_, index) => index);

export function ListSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('list.loading')} className="overflow-hidden">
      {rows.map((row) => (
        <div key={row} className="flex items-center gap-2.5 border-b border-line px-3" style={{ height: rowHeight }}>
          <span className="skeleton size-8 rounded-full" />
          <span className="flex flex-1 flex-col gap-2">
            <span className="skeleton h-3" style={{ width: `${34 + ((row * 17) % 30)}%` }} />
            <span className="skeleton h-2.5" style={{ width: `${55 + ((row * 23) % 40)}%` }} />
          </span>
        </div>
      ))}
    </div>
  );
}
