/**
 * Buffers that follow from the program alone: none lies in a pool that the tool's own share, where its offset would be
 * another in every execution, and none holds what was in memory before. Loaded for what it does.
 */
Buffer.poolSize = 0;
Buffer.allocUnsafe = function allocUnsafe(size: number) {
  return Buffer.alloc(size);
};
Buffer.allocUnsafeSlow = function allocUnsafeSlow(size: number) {
  return Buffer.alloc(size);
};
