import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '@perennial/config/node';
import { isReportable } from './index';

describe('isReportable', () => {
  it.each([
    ['malignant', 'C189', '8140', '3', 2024, true],
    ['in situ', 'C509', '8500', '2', 2024, true],
    ['benign outside of the brain', 'C569', '9080', '0', 2024, false],
    ['benign of the meninges since 2004', 'C700', '9530', '0', 2004, true],
    ['benign of the meninges before', 'C700', '9530', '0', 2003, false],
    ['pituitary adenoma', 'C751', '8272', '0', 2020, true],
    ['basal cell carcinoma of skin', 'C443', '8090', '3', 2024, false],
    ['squamous cell carcinoma of skin', 'C446', '8070', '3', 2024, false],
    ['the same of genital skin', 'C519', '8070', '3', 2024, true],
    ['Merkel cell carcinoma of skin', 'C444', '8247', '3', 2024, true],
    ['melanoma in situ', 'C447', '8720', '2', 2024, true],
    ['in situ of the cervix since 1996', 'C539', '8077', '2', 1996, false],
    ['in situ of the cervix before', 'C539', '8077', '2', 1995, true],
    ['PIN III', 'C619', '8148', '2', 2024, false],
    ['PanIN III', 'C250', '8148', '2', 2024, true],
    ['AIN III of the canal', 'C211', '8077', '2', 2024, true],
    ['AIN III of perianal skin', 'C445', '8077', '2', 2024, false],
    ['low grade mucinous neoplasm of appendix since 2022', 'C181', '8480', '1', 2022, true],
    ['the same before', 'C181', '8480', '1', 2021, false],
    ['borderline ovary', 'C569', '8442', '1', 2024, false],
    ['stromal tumor since 2021', 'C169', '8936', '1', 2021, true],
    ['stromal tumor before, not called malignant', 'C169', '8936', '1', 2020, false],
    ['metastatic behavior', 'C220', '8140', '6', 2024, false],
  ])('%s: %s %s/%s in %i is %s', (_, site, histology, behavior, year, expected) => {
    const { reportable, rule } = isReportable(site, histology, behavior, year);
    expect({ reportable, named: rule !== '' }).toEqual({ reportable: expected, named: true });
  });

  const file = path.join(packageRoot(), '..', 'shared', 'samples', 'reportability', 'cases.csv');
  (existsSync(file) ? it : it.skip)('agrees with the public cases by code', () => {
    const [, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
    const wrong = lines.filter((line) => {
      const [, site = '', histology = '', behavior = '', year = '', reportable] = line.split(',');
      return isReportable(site, histology, behavior, Number(year)).reportable !== (reportable === 'Y');
    });
    expect(wrong).toEqual([]);
  });
});
