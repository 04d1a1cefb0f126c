import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/Button.tsx';

/** The channel's tag for the company's page, and the way on. */
export function SetUpDone({ guid, onOpen }: { guid: string; onOpen: () => void }) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);
  const tag = `<script type="module" id="chat-widget-script" src="${location.origin}/chat-widget/widget-script.js" guid="${guid}"></script>`;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(tag);
    setCopied(true);
  };
  return (
    <div className="rounded-4 border border-line bg-surface p-5 shadow-1">
      <p className="font-medium">{t('setUp.tag')}</p>
      {/* Selectable, because plain http has no clipboard. */}
      <pre
        dir="ltr"
        className="mt-2 rounded-2 border border-line bg-canvas p-3 text-sm break-all whitespace-pre-wrap select-all"
      >
        {tag}
      </pre>
      <div className="mt-5 flex gap-2">
        <Button look="primary" onClick={onOpen} className="h-10 grow">
          {t('setUp.open')}
        </Button>
        {window.isSecureContext && (
          <Button onClick={() => void copy()} className="h-10">
            {t(isCopied ? 'setUp.copied' : 'setUp.copy')}
          </Button>
        )}
      </div>
    </div>
  );
}
