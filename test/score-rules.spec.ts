/** The score's own rules: what counts as a report that tells a side decides how far laterality can be told at all. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '@perennial/config/node';

const rules = path.join(packageRoot(), 'scripts/score/_coding-rules.mjs');

/** The rules are an ES module of the scripts; Node itself loads it. */
function told(texts: readonly string[]): boolean[] {
  const code = `import { tellsSide } from ${JSON.stringify(rules)}; console.log(JSON.stringify(${JSON.stringify(texts)}.map(tellsSide)))`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }),
  ) as boolean[];
}

describe('whether a report tells a side', () => {
  it('reads words for a side, short ones beside an organ, and with one letter misread or run together', () => {
    const texts = [
      'LEFT kidney',
      'Rt kidney, nephrectomy',
      'R. breast mass',
      'both ovaries hold tumor',
      'bilateral adnexa',
      'Rlght frontal lobe',
      'theleft lobe',
      'RUL wedge',
    ];
    expect(told(texts)).toEqual(texts.map(() => true));
  });

  it('does not take other words for sides', () => {
    const texts = [
      'brain tumor, glioblastoma',
      'weight 12 g, light brown',
      'eight blocks',
      'R1, L2 blocks',
      'both tissues',
    ];
    expect(told(texts)).toEqual(texts.map(() => false));
  });
});
