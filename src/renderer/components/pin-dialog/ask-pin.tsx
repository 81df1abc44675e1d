import {
  createContext,
  lazy,
  Suspense,
  useCallback,
  useContext,
  useRef,
  useState,
  type ReactNode,
} from 'react';
import type { PinRequest, TypedPin } from './pin-request.ts';

const PinDialog = lazy(async () => ({ default: (await import('./PinDialog.tsx')).PinDialog }));

/** Resolves to null when the person closes the dialog or the key is pulled. */
export type AskPin = (request: PinRequest) => Promise<TypedPin | null>;

const AskPinContext = createContext<AskPin>(() => Promise.resolve(null));

/** Asks for a PIN in a dialog over whatever screen is there; a second question closes the first. */
export function useAskPin(): AskPin {
  return useContext(AskPinContext);
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
  const ask = useCallback<AskPin>(
    (request) =>
      new Promise((resolve) => {
        open.current?.answer(null);
        count.current += 1;
        show({ id: count.current, request, answer: resolve });
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
