import { build, isBuilt } from './build.mjs';
import { findNode } from './find-node.mjs';
import { install, isInstalled } from './install.mjs';
import { acquireLock } from './lock.mjs';

/**
 * Installs and builds what is missing.
 *
 * @param {string} root folder of the clone
 */
export async function prepareClone(root) {
  if (isInstalled(root) && isBuilt(root)) return;
  const release = await acquireLock(root);
  try {
    if (!isInstalled(root)) await install(root);
    if (!isBuilt(root)) await build(root, findNode(root));
  } finally {
    release();
  }
}
