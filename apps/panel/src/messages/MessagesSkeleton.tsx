import { useTranslation } from 'react-i18next';

const widths = [38, 52, 30, 46, 26];

export function MessagesSkeleton() {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={t('conversation.loading')}
      className="mx-auto flex h-full max-w-200 flex-col justify-end gap-4 p-4"
    >
      {widths.map((width, index) => (
        <span
          key={width}
          className={`skeleton h-9 rounded-3 ${index % 2 === 1 ? 'self-end' : ''}`}
          style={{ width: `${width}%` }}
        />
      ))}
    </div>
  );
}
