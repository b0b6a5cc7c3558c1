/** Plays frames on a canvas in the browser and records that, so that no other tool is needed. */
export async function filmOf(browser, frames, { width, height }) {
  const page = await browser.newPage();
  const film = await page.evaluate(record, { frames, width, height });
  await page.close();
  return Buffer.from(film, 'base64');
}

/** Runs in the page. */
async function record({ frames, width, height }) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  document.body.append(canvas);
  const pen = canvas.getContext('2d');
  const recorder = new MediaRecorder(canvas.captureStream(25), {
    mimeType: 'video/webm;codecs=vp9',
    videoBitsPerSecond: 700_000,
  });
  const pieces = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const pictures = await Promise.all(
    frames.map(async ({ data }) => {
      const picture = new Image();
      picture.src = `data:image/jpeg;base64,${data}`;
      await picture.decode();
      return picture;
    }),
  );
  const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  recorder.start(1000);
  for (const [index, picture] of pictures.entries()) {
    pen.drawImage(picture, 0, 0, width, height);
    const next = frames[index + 1]?.at ?? frames[index].at + 2;
    await pause(next - frames[index].at);
  }
  const stopped = new Promise((done) => {
    recorder.onstop = done;
  });
  recorder.stop();
  await stopped;
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
