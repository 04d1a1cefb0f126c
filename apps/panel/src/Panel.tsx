import { DirectionProvider } from '@base-ui/react/direction-provider';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { directionOf } from './languages/language.ts';
import { useRoute } from './route.ts';
import { useSignIn } from './sign-in/credentials.ts';
import { SignInScreen } from './sign-in/SignInScreen.tsx';
import { WaitingScreen } from './sign-in/WaitingScreen.tsx';
import { Workplace } from './Workplace.tsx';

const SetUpScreen = lazy(() => import('./set-up/SetUpScreen.tsx'));
const screens = { signedIn: Workplace, signedOut: SignInScreen, waiting: WaitingScreen };

export function Panel() {
  const { i18n } = useTranslation();
  const Screen = screens[useSignIn((state) => state.phase)];
  const [first, setupToken] = useRoute().parts;
  return (
    <DirectionProvider direction={directionOf(i18n.language)}>
      {first === 'setup' && setupToken !== undefined ? (
        <Suspense>
          <SetUpScreen setupToken={setupToken} />
        </Suspense>
      ) : (
        <Screen />
      )}
    </DirectionProvider>
  );
}
