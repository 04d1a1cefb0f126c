// The lock file must install everywhere, from any registry, and without running anyone's install script.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './node.mjs';

/** Packages whose install script does nothing that we need (.npmrc has ignore-scripts=true), and why we know. */
const harmlessScripts = {
  protobufjs: 'its postinstall only prints a notice about version ranges; comes with the centrifuge client',
};

/** @param {Record<string, any>} packages the `packages` of a package-lock.json */
export function violationsInLock(packages) {
  const found = [];
  for (const [path, entry] of Object.entries(packages)) {
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      if (!isLocked(packages, path, name))
        found.push(
          `${path || 'package.json'} names ${name}, which the lock file lacks: npm ci refuses it on that platform. Pin a version that has all of its platform packages.`,
        );
    }
    if (!path.includes('node_modules/') || entry.link) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (entry.resolved !== undefined)
      found.push(
        `${path} has a "resolved" URL, which ties the lock file to one registry: npm install with omit-lockfile-registry-resolved=true (.npmrc) leaves it out.`,
      );
    if (entry.integrity === undefined && !entry.inBundle)
      found.push(`${path} has no integrity hash: delete its entry and run npm install.`);
    if (entry.hasInstallScript && !entry.optional && !(name in harmlessScripts))
      found.push(
        `${name} has an install script, and ours never run: choose another package, or say in tools/check-lock.mjs why it is not needed.`,
      );
  }
  return found;
}

/** npm looks for a dependency beside the package and then in every folder above it. */
function isLocked(packages, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    if (packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = violationsInLock(packages);
  for (const violation of found) console.log(violation);
  process.exitCode = found.length > 0 ? 1 : 0;
}
