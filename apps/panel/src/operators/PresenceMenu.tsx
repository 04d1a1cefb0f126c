import { Menu } from '@base-ui/react/menu';
import { Check, Circle, LogOut, Pause } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useKeys } from '../keys/use-key.ts';
import { usePanel } from '../live/panel-store.ts';
import { signOut } from '../sign-in/api.ts';
import { isEmbedded } from '../sign-in/embedding.ts';
import { changePresence } from './change-presence.ts';
import { presenceColors, useShownPresence } from './presence.ts';

const choices = [
  { presence: 'online', icon: Circle },
  { presence: 'paused', icon: Pause },
] as const;

/** Always in sight: am I taking sessions? */
export function PresenceMenu() {
  const { t } = useTranslation();
  const me = usePanel((panel) => panel.inbox.me);
  const presence = useShownPresence();
  useKeys({ presence: () => void changePresence(presence === 'paused' ? 'online' : 'paused') });
  if (!me || !presence) return <span className="skeleton m-2 h-11 w-14 rounded-3" />;
  return (
    <Menu.Root>
      <Menu.Trigger className="flex w-full flex-col items-center gap-0.5 rounded-3 px-1 py-1.5 text-xs font-medium text-ink-muted hover:bg-hover hover:text-ink data-popup-open:bg-hover">
        <span className="relative flex size-8 items-center justify-center rounded-full bg-sunken text-sm font-semibold text-ink">
          {initials(me.name)}
          <span
            className={`absolute -end-0.5 -bottom-0.5 size-3 rounded-full ring-2 ring-surface ${presenceColors[presence]}`}
          />
        </span>
        <span className="sr-only">{t('presence.mine')} </span>
        {t(`presence.${presence}`)}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner side="inline-end" align="end" sideOffset={8} collisionPadding={8} className="z-40">
          <Menu.Popup className="w-72 rounded-3 border border-line bg-raised p-1.5 text-ink shadow-3 outline-none">
            <div className="px-2.5 pt-1 pb-2">
              <p className="font-semibold">{me.name}</p>
              <p className="text-sm text-ink-subtle">
                {t('presence.load', { count: me.activeSessions, most: me.maxSessions })}
              </p>
            </div>
            <Menu.RadioGroup
              value={me.presence}
              onValueChange={(value) => void changePresence(value === 'paused' ? 'paused' : 'online')}
            >
              {choices.map(({ presence: choice, icon: Icon }) => (
                <Menu.RadioItem
                  key={choice}
                  value={choice}
                  closeOnClick
                  className="flex cursor-pointer items-start gap-2.5 rounded-2 px-2.5 py-1.5 outline-none data-highlighted:bg-hover"
                >
                  <Icon
                    aria-hidden
                    size={14}
                    fill="currentColor"
                    className={`mt-1 ${choice === 'online' ? 'text-online' : 'text-paused'}`}
                  />
                  <span className="flex-1">
                    <span className="block font-medium">{t(`presence.${choice}`)}</span>
                    <span className="block text-sm text-ink-muted">{t(`presence.${choice}Why`)}</span>
                  </span>
                  <Menu.RadioItemIndicator>
                    <Check aria-hidden size={16} className="mt-0.5 text-accent-ink" />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
            {!isEmbedded && (
              <>
                <Menu.Separator className="my-1.5 h-px bg-line" />
                <Menu.Item
                  onClick={() => void signOut()}
                  className="flex cursor-pointer items-center gap-2.5 rounded-2 px-2.5 py-1.5 outline-none data-highlighted:bg-hover"
                >
                  <LogOut aria-hidden size={14} className="mirrored" />
                  {t('signOut')}
                </Menu.Item>
              </>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toLocaleUpperCase() ?? '')
    .join('');
}
