export { ExplorerMissingError, findExplorer } from './explorerFiles.js';
export { exportExplorer } from './exportExplorer.js';
export { checkPort, DEFAULT_PORT, PortInUseError } from './listen.js';
export { openBrowser } from './openBrowser.js';
export { type RunningServer, type ServeOptions, serveWorkspace } from './serveWorkspace.js';
