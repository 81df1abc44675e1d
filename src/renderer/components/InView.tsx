import { useEffect, useRef, type ReactNode } from 'react';

/** What came of a press: scrolled to when it appears, because it may lie outside the window. */
export function InView({ children }: { readonly children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    element.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={element} className="in-view">
      {children}
    </div>
  );
}
