/** What to do where a tab cannot run a model. */
export function ServerOffer({ server, choose }: { server: boolean; choose: (where: 'server') => void }) {
  return server ? (
    <button type="button" className="link-button" onClick={() => choose('server')}>
      Run it on the server
    </button>
  ) : (
    <>
      Where Node is installed, a server runs it: <code>npx incognita open FOLDER</code>
    </>
  );
}
