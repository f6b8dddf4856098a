import type { Plugin } from 'rolldown';
import { type LicenseInfo, licensePlugin } from 'rolldown-license-plugin';

const FILE_NAME = 'THIRD-PARTY-LICENSES.txt';

/** Licences that ask for no more than their text beside the program. */
const ALLOWED = new Set(['Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Unlicense', 'Zlib']);

/** A plugin that writes the licence texts of all packages in the bundle to one file; a missing text fails the build. */
export function thirdPartyLicenses(): Plugin {
  return licensePlugin({
    match: /^((UN)?LICEN[CS]E|COPYING)(\..*)?$/i,
    allow: ({ license, licenseText }) => isAllowed(license) && licenseText.trim() !== '',
    failOnViolation: true,
    failOnUnlicensed: true,
    done(packages, context) {
      context.emitFile({ type: 'asset', fileName: FILE_NAME, source: packages.map(licenseSection).join('\n\n') });
    },
  });
}

/** @param license an SPDX expression: a name, or several that hold together, as in `(MIT AND Zlib)` */
function isAllowed(license: string): boolean {
  const names = license.replace(/^\((.*)\)$/, '$1').split(' AND ');
  return names.every((name) => ALLOWED.has(name));
}

function licenseSection({ name, version, license, licenseText }: LicenseInfo): string {
  const title = `${name} ${version} (${license})`;
  return `${title}\n${'-'.repeat(title.length)}\n\n${licenseText.trim()}\n`;
}
