import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../parts/IconButton.tsx';
import { Popup } from '../parts/Popup.tsx';
import { type KeyName, keyTable } from './key-table.ts';

const names = Object.keys(keyTable) as KeyName[];

export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Popup wide>
        <div className="flex items-center justify-between">
          <Dialog.Title className="text-lg font-semibold">{t('keys.title')}</Dialog.Title>
          <IconButton icon={X} label={t('close')} onClick={onClose} />
        </div>
        <dl className="mt-3 grid gap-x-8 gap-y-1 two:grid-cols-2">
          {names.map((name) => (
            <Row key={name} label={t(`keys.${name}`)} shown={keyTable[name].shown} />
          ))}
          <Row label={t('keys.send')} shown={['Enter']} />
          <Row label={t('keys.newline')} shown={['Shift', 'Enter']} together />
          <Row label={t('keys.nextWriting')} shown={['Alt', '↓']} together />
          <Row label={t('keys.leaveField')} shown={['Esc']} />
        </dl>
      </Popup>
    </Dialog.Root>
  );
}

function Row({ label, shown, together }: { label: string; shown: readonly string[]; together?: boolean }) {
  return (
    <div className="flex items-center justify-between gap-3 border-b border-line py-1.5">
      <dt className="text-ink-muted">{label}</dt>
      <dd className="flex shrink-0 gap-1" dir="ltr">
        {shown.map((key, index) => (
          <span key={key} className="flex items-center gap-1">
            {together && index > 0 && <span aria-hidden>+</span>}
            <kbd className="min-w-6 rounded-1 border border-line-strong bg-sunken px-1.5 text-center font-sans text-sm">
              {key}
            </kbd>
          </span>
        ))}
      </dd>
    </div>
  );
}
