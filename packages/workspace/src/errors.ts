/** Something is wrong with a workspace; the message says what and what to do. */
export class WorkspaceError extends Error {
  override name = 'WorkspaceError';
}

/** The workspace was written by a newer version of the format than this code reads. */
export class WorkspaceVersionError extends WorkspaceError {
  override name = 'WorkspaceVersionError';
  readonly found: number;
  readonly supported: number;

  constructor({ dir, found, supported }: { dir: string; found: number; supported: number }) {
    super(
      `The workspace ${dir} has format version ${found}; this version of Incognita reads up to version ${supported}. ` +
        'Update Incognita, or choose another folder.',
    );
    this.found = found;
    this.supported = supported;
  }
}

/** Another process is writing to the workspace. */
export class WorkspaceLockedError extends WorkspaceError {
  override name = 'WorkspaceLockedError';
  readonly pid: number;
  readonly hostname: string;

  constructor(message: string, { pid, hostname }: { pid: number; hostname: string }) {
    super(message);
    this.pid = pid;
    this.hostname = hostname;
  }
}
