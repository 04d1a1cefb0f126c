/** Runs it while no other tab of this site is inside the same lock; at once where the browser has no locks. */
export function locked<T>(name: string, act: () => Promise<T>): Promise<T> {
  // Absent on plain http, whatever the types say.
  const locks: LockManager | undefined = navigator.locks;
  return locks ? locks.request(name, act).catch(act) : act();
}
