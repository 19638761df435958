import { loadEditSet } from '../node.js';
import { applyReviews, EXAMPLES_TODAY, findingKey, isReviewable, readExample, runEdits } from './index.js';

const full = loadEditSet('full');
const find = (text: string, edit: string): ReturnType<typeof runEdits> =>
  runEdits(full, { items: {}, tumors: readExample(text) }, EXAMPLES_TODAY).filter((one) => one.edit === edit);

describe('reviews', () => {
  const [asked] = find('site=C187 horm=01', 'TX13');
  const reviewed = new Set([findingKey(asked!)]);

  it('clear a warning until an involved value changes', () => {
    expect(applyReviews(find('site=C187 horm=01', 'TX13'), reviewed)).toMatchObject([{ state: 'reviewed' }]);
    expect(applyReviews(find('site=C187 horm=01 age=050', 'TX13'), reviewed)).toMatchObject([{ state: 'reviewed' }]);
    expect(applyReviews(find('site=C188 horm=01', 'TX13'), reviewed)).toMatchObject([{ state: 'open' }]);
    expect(applyReviews(find('site=C187 horm=01 hist=8140', 'TX13'), reviewed)).toMatchObject([{ state: 'open' }]);
  });
  it('never clear an error', () => {
    const [error] = find('site=C342 lat=2', 'LA07');
    expect(isReviewable(error!)).toBe(false);
    expect(applyReviews([error!], new Set([findingKey(error!)]))).toMatchObject([{ state: 'open' }]);
  });
  it('of several tumors do not depend on their place', () => {
    const two = 'site=C504 lat=1 hist=8500 seq=01 | site=C504 lat=1 hist=8500 seq=02';
    const three = 'site=C619 lat=0 hist=8140 seq=60 | ' + two;
    expect(findingKey(find(two, 'IR05')[0]!)).toBe(findingKey(find(three, 'IR05')[0]!));
  });
});
