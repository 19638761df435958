import fc from 'fast-check';
import { generatePassword, hashPassword, isGuessable, judgePassword, verifyPassword } from './passwords.js';

describe('the rules of passwords', () => {
  it.each([
    ['short'],
    ['password1234'],
    ['P@ssw0rd2024!!'],
    ['qwertyuiop12'],
    ['aaaaaaaaaaaaaa'],
    ['123456789012'],
    ['Summer2025!!!!'],
    ['registry-admin-2024'],
    ['abcdefghijklmnop'],
    ['cancer registry'],
    ['mira.olson-2025'],
    ['x'.repeat(201)],
  ])('refuses %s', (password) => {
    expect(() => judgePassword(password, 'mira.olson')).toThrow(
      expect.objectContaining({ code: 'password.weak', status: 422 }),
    );
  });

  it.each([['four lorries beside a quiet canal'], ['vQ7-zzkd-93mBw'], ['тихий вечер у реки']])(
    'takes %s',
    (password) => {
      expect(() => judgePassword(password, 'mira.olson')).not.toThrow();
    },
  );

  it('never quotes the password it refuses', () => {
    try {
      judgePassword('Password-Password', 'somebody');
      throw new Error('was taken');
    } catch (error) {
      expect(JSON.stringify({ ...(error as object), message: (error as Error).message })).not.toContain(
        'Password-Password',
      );
    }
  });

  it('makes passwords that its own rules take', () => {
    const made = Array.from({ length: 200 }, () => generatePassword());
    for (const password of made) expect(() => judgePassword(password, 'somebody')).not.toThrow();
    expect(new Set(made).size).toBe(made.length);
  });

  it('gains nothing from signs, years or capitals put around a common word', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('password', 'Welcome', 'HOSPITAL', 'sunshine', 'Perennial'),
        fc.string({ unit: fc.constantFrom('!', '-', '.', ' ', '#'), maxLength: 6 }),
        fc.integer({ min: 1950, max: 2039 }),
        (word, signs, year) => isGuessable(`${word}${signs}${year}`, 'somebody'),
      ),
    );
  });

  it('knows a password again and no other, and works the same for nobody', async () => {
    const hash = await hashPassword('four lorries beside a quiet canal');
    expect(hash).toMatch(/^\$argon2id\$v=19\$/);
    expect(await verifyPassword(hash, 'four lorries beside a quiet canal')).toBe(true);
    expect(await verifyPassword(hash, 'four lorries beside a quiet canaL')).toBe(false);
    expect(await verifyPassword(undefined, 'four lorries beside a quiet canal')).toBe(false);
  });
});
