import {
  createContext,
  lazy,
  Suspense,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
  type ReactNode,
} from 'react';
import type { PinRequest, TypedPin } from './pin-request.ts';

const PinDialog = lazy(async () => ({ default: (await import('./PinDialog.tsx')).PinDialog }));

/** Resolves to null when the person closes the dialog or the key is pulled. */
export type AskPin = (request: PinRequest) => Promise<TypedPin | null>;

/** @param onOpen gets what closes the dialog without an answer */
type Ask = (request: PinRequest, onOpen: (withdraw: () => void) => void) => Promise<TypedPin | null>;

const AskPinContext = createContext<Ask>(() => Promise.resolve(null));

/**
 * Asks for a PIN in a dialog over whatever screen is there; a second question closes the first. The dialog goes
 * with the component that asked: its question may have been answered in another page.
 */
export function useAskPin(): AskPin {
  const ask = useContext(AskPinContext);
  const withdraw = useRef<() => void>(() => undefined);
  useEffect(() => () => withdraw.current(), []);
  return useCallback(
    (request) =>
      ask(request, (close) => {
        withdraw.current = close;
      }),
    [ask],
  );
}

interface Asked {
  readonly id: number;
  readonly request: PinRequest;
  readonly answer: (typed: TypedPin | null) => void;
}

export function PinHost({ children }: { readonly children: ReactNode }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const open = useRef<Asked | null>(null);
  const count = useRef(0);

  const show = useCallback((next: Asked | null) => {
    open.current = next;
    setAsked(next);
  }, []);
  const ask = useCallback<Ask>(
    (request, onOpen) =>
      new Promise((resolve) => {
        open.current?.answer(null);
        count.current += 1;
        const next = { id: count.current, request, answer: resolve };
        show(next);
        onOpen(() => {
          if (open.current !== next) return;
          show(null);
          resolve(null);
        });
      }),
    [show],
  );

  return (
    <AskPinContext.Provider value={ask}>
      {children}
      {asked !== null && (
        <Suspense fallback={null}>
          <PinDialog
            key={asked.id}
            request={asked.request}
            onAnswer={(typed) => {
              show(null);
              asked.answer(typed);
            }}
          />
        </Suspense>
      )}
    </AskPinContext.Provider>
  );
}
