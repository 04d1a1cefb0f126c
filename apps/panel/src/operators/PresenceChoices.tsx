import { Menu } from '@base-ui/react/menu';
import type { User } from '@switchboard/protocol';
import { Check, Circle, LogOut, Pause } from 'lucide-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { signOut } from '../sign-in/api.ts';
import { isEmbedded } from '../sign-in/embedding.ts';
import { changePresence } from './change-presence.ts';

const choices = [
  { presence: 'online', icon: Circle },
  { presence: 'paused', icon: Pause },
] as const;

// Routing stays within an organization: who is in none gets only what they take.
const whyOf = (choice: (typeof choices)[number]['presence'], me: User) =>
  choice === 'online' && me.organizationId === null ? 'presence.unroutedWhy' : (`presence.${choice}Why` as const);

interface Props {
  me: User;
  button: RefObject<HTMLButtonElement | null>;
  onClose: () => void;
}

export default function PresenceChoices({ me, button, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Menu.Root
      open
      onOpenChange={(open, { event }) => {
        // The button closes by itself.
        if (!open && !(event.target instanceof Node && button.current?.contains(event.target))) onClose();
      }}
    >
      <Menu.Portal container={button.current?.parentElement}>
        <Menu.Positioner
          anchor={button}
          side="inline-end"
          align="end"
          sideOffset={8}
          collisionPadding={8}
          className="z-40"
        >
          <Menu.Popup
            finalFocus={button}
            className="w-72 rounded-3 border border-line bg-raised p-1.5 text-ink shadow-3 outline-none"
          >
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
                    <span className="block text-sm text-ink-muted">{t(whyOf(choice, me))}</span>
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
