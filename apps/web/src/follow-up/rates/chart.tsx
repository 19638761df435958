import { plot, type PlotOptions } from '@observablehq/plot';
import { useEffect, useRef } from 'react';
import { styleNonce } from '../../ui/theme.js';
import css from './rates.module.css';

/**
 * A drawing that fills its place, drawn again when the place changes its width. The style sheet that Plot puts into it gets the word of the page
 * before it is attached: the policy takes no other. Colors are the page's own variables, so a change of theme needs no drawing.
 */
export default function Chart({
  options,
  label,
}: {
  readonly options: (width: number) => PlotOptions;
  readonly label: string;
}) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const node = place.current;
    if (node === null) return;
    let drawn = 0;
    const draw = (): void => {
      const width = Math.floor(node.clientWidth);
      if (width < 40 || width === drawn) return;
      drawn = width;
      const svg = plot({ ...options(width), width, document });
      for (const style of svg.querySelectorAll('style')) style.nonce = styleNonce();
      svg.setAttribute('aria-hidden', 'true');
      node.replaceChildren(svg);
    };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(node);
    return () => observer.disconnect();
  }, [options]);
  return <div ref={place} className={css.chart} role="img" aria-label={label} />;
}
