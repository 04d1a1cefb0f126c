import { Dialog } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';

/** The frame of every dialog. */
export function Popup({ children, wide }: { children: ReactNode; wide?: boolean }) {
  return (
    <Dialog.Portal>
      <Dialog.Backdrop className="fixed inset-0 z-40 bg-backdrop transition-opacity duration-(--sb-duration) data-ending-style:opacity-0 data-starting-style:opacity-0" />
      <Dialog.Popup
        className={`fixed inset-x-4 top-[12vh] z-50 mx-auto max-h-[80vh] overflow-y-auto rounded-4 border border-line bg-raised p-5 text-ink shadow-3 transition duration-(--sb-duration) data-ending-style:scale-98 data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0 ${wide ? 'max-w-160' : 'max-w-110'}`}
      >
        {children}
      </Dialog.Popup>
    </Dialog.Portal>
  );
}
