import { useEffect, useRef, useState } from 'react';
import { useText } from '../../i18n/use-text.ts';

/** Sharp also where the page is read at 200 %. */
const LEAST_PIXELS = 900;

/** The signed sample page as it looks on paper. pdf.js is loaded when there is something to show. */
export function SamplePage({ page }: { readonly page: string }) {
  const { t } = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [state, setState] = useState<'drawing' | 'drawn' | 'failed'>('drawing');
  useEffect(() => {
    let isWanted = true;
    void drawOn(canvas.current, page).then((isDrawn) => {
      if (isWanted) setState(isDrawn ? 'drawn' : 'failed');
    });
    return () => {
      isWanted = false;
    };
  }, [page]);
  return (
    <figure className="seal-page" aria-busy={state === 'drawing'}>
      {state === 'failed' ? (
        <p className="seal-page-note">{t('window.seal.page.failed')}</p>
      ) : (
        <canvas ref={canvas} role="img" aria-label={t('window.seal.page.label')} data-state={state} />
      )}
    </figure>
  );
}

async function drawOn(canvas: HTMLCanvasElement | null, page: string): Promise<boolean> {
  if (canvas === null) return false;
  try {
    const { drawFirstPage } = await import('./draw-page.ts');
    const width = Math.max(LEAST_PIXELS, canvas.clientWidth * window.devicePixelRatio);
    await drawFirstPage(
      Uint8Array.from(atob(page), (character) => character.charCodeAt(0)),
      canvas,
      width,
    );
    return true;
  } catch {
    return false;
  }
}
