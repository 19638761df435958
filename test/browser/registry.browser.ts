/// <reference lib="dom" />
import { as } from '../support/registry.js';
import { hl7 } from '../support/hl7.js';
import { BREAST, type Client, startWorkbench, type Workbench } from '../support/workbench.js';

/** What an administrator keeps of the registry as a whole, without a command line. */
describe('the registry in the browser of its administrator', () => {
  let bench: Workbench;
  let laboratory: Client;
  beforeAll(async () => {
    bench = await startWorkbench();
    laboratory = as(bench.api.url, await bench.registry.token('facility_reporter', null));
  });
  afterEach(async () => {
    await bench.closePages();
    expect(bench.complaints()).toEqual([]);
  });
  afterAll(() => bench?.stop());

  it('adds a facility, maps a sender that waits to it, changes it and takes it out of use', async () => {
    await bench.send({ filler: 'N1', mrn: 'N1', authority: 'GAMMA', text: BREAST });
    const page = await bench.signedIn('admin');
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.waitForSelector('section[aria-labelledby=without-facility] tr:has-text("GAMMA")');
    await page.keyboard.press('a');
    await page.waitForSelector('form[aria-label="Add a facility"]');
    await page.keyboard.type('Gamma Hospital');
    await page.fill('[name=facilityNumber]', '12');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#wrong-facility-facilityNumber:has-text("Ten digits")');
    await page.fill('[name=facilityNumber]', '0000000001');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#wrong-facility-facilityNumber:has-text("is the number of another facility")');
    await page.fill('[name=facilityNumber]', '0000000003');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=status]:has-text("Gamma Hospital is added")');
    // Its names are asked for at once; one of another facility is moved only when that is said.
    await page.waitForSelector('form[aria-label="Add a name of Gamma Hospital"]');
    await page.fill('[name=value]', 'BETA');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=PID-3 BETA means Beta now. Move it to Gamma Hospital?');
    await page.keyboard.press('Escape');
    await page.selectOption('select[aria-label="What PID-3 GAMMA means"]', { label: 'Gamma Hospital' });
    await page.click('button[aria-label="Map PID-3 GAMMA"]');
    await page.waitForSelector('[role=status]:has-text("PID-3 GAMMA means Gamma Hospital from now on")');
    await page.waitForSelector('tr:has-text("Gamma Hospital"):has-text("PID-3 GAMMA")');
    await page.fill('#find-facility', 'gamma');
    await page.waitForSelector('caption:has-text("1 of 3")');
    await page.click('text=Name and numbers');
    await page.fill('form[aria-label^="Name and numbers"] [name=npi]', '1234567893');
    await page.keyboard.press('Enter');
    await page.waitForSelector('tr:has-text("Gamma Hospital"):has-text("1234567893")');
    await page.click('text=Take out of use');
    await page.waitForSelector('text=Its patients, abstracts and their follow-up stay where they are');
    await page.click('text=Take Gamma Hospital out of use');
    await page.waitForSelector('tr:has-text("Gamma Hospital"):has-text("out of use")');
    await page.click('[role=status] button:text-is("Undo")');
    await page.waitForSelector('[role=status]:has-text("Gamma Hospital is in use again")');
  });

  it('shows what somebody else changed meanwhile instead of writing over it', async () => {
    const page = await bench.signedIn('admin');
    await page.goto(`${bench.api.url}/facilities`);
    await page.click('tr button:has-text("Alpha")');
    await page.click('text=Name and numbers');
    await page.waitForSelector('form[aria-label^="Name and numbers"]');
    const admin = as(bench.api.url, await bench.registry.token('administrator', null));
    await admin
      .patch(`facilities/${bench.registry.facilities[0]}`)
      .set('If-Match', '"1"')
      .send({ name: 'Alpha Regional' })
      .expect(200);
    await page.fill('form[aria-label^="Name and numbers"] [name=name]', 'Alpha Local');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=status]:has-text("Somebody changed Alpha meanwhile")');
    await page.waitForSelector('tr button:has-text("Alpha Regional")');
  });

  it('makes a token that is shown once and works, and revokes it for good', async () => {
    const page = await bench.signedIn('admin');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(`${bench.api.url}/tokens`);
    await page.waitForSelector('main table');
    await page.keyboard.press('a');
    await page.waitForSelector('form[aria-label="Make a token"]');
    await page.keyboard.type('Harbor interface');
    await page.selectOption('[name=days]', '30');
    await page.focus('#field-token-name');
    await page.keyboard.press('Enter');
    const secret = (await page.textContent('section[aria-label="Token Harbor interface"] code'))!;
    await page.click('button:text-is("Copy")');
    await page.waitForSelector('text=Copied.');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
    const device = as(bench.api.url, secret);
    await device
      .post('intake/hl7')
      .set('Content-Type', 'application/hl7-v2')
      .send(hl7({ filler: 'K1', text: BREAST }))
      .expect(200);
    await page.reload();
    await page.waitForSelector('tr:has-text("Harbor interface"):has-text("in 29 days")');
    expect(await page.textContent('main')).not.toContain(secret);
    expect(await page.textContent('tr:has-text("Harbor interface")')).not.toContain('never');
    await page.click('button[aria-label="Revoke Harbor interface"]');
    await page.click('text=Revoke for good');
    await page.waitForSelector('tr:has-text("Harbor interface")', { state: 'detached' });
    await page.click('text=show 1 that are over');
    await page.waitForSelector('tr:has-text("Harbor interface"):has-text("revoked")');
    await device.get('facilities').expect(401);
  });

  it('keeps these screens from those who may not', async () => {
    const page = await bench.signedIn('quill');
    for (const where of ['facilities', 'tokens']) {
      await page.goto(`${bench.api.url}/${where}`);
      await page.waitForSelector('[role=alert]:has-text("You do not have the right")');
    }
    expect((await laboratory.get('facilities/waiting')).status).toBe(403);
  });
});
