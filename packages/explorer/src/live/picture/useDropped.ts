import { useEffect, useRef, useState } from 'react';

/** Hands over files that are dropped anywhere on the page, or pasted; says whether one is held over it. */
export function useDropped(onFile: (file: Blob) => void): boolean {
  const [over, setOver] = useState(false);
  const handler = useRef(onFile);
  handler.current = onFile;
  useEffect(() => {
    const take = (files: Iterable<File> | undefined, event: Event): void => {
      const [file] = files ?? [];
      if (!file) return;
      event.preventDefault();
      handler.current(file);
    };
    const onPaste = (event: ClipboardEvent): void => {
      if ((event.target as HTMLElement).closest?.('input[type=text]')) return;
      take(event.clipboardData?.files, event);
    };
    const onDrop = (event: DragEvent): void => {
      setOver(false);
      event.preventDefault();
      take(event.dataTransfer?.files, event);
    };
    const onOver = (event: DragEvent): void => {
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    addEventListener('paste', onPaste);
    addEventListener('drop', onDrop);
    addEventListener('dragover', onOver);
    addEventListener('dragleave', onLeave);
    return () => {
      removeEventListener('paste', onPaste);
      removeEventListener('drop', onDrop);
      removeEventListener('dragover', onOver);
      removeEventListener('dragleave', onLeave);
    };
  }, []);
  return over;
}
