import sharp from 'sharp';

// Workers are the unit of parallelism; a thread pool inside each one would only contend with the others.
sharp.concurrency(1);
// Every picture is read once.
sharp.cache(false);

export { sharp };
