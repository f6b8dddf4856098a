import { defineService, ServiceError, type ServiceRequest } from 'natsctl';
import sharp, { type Sharp } from 'sharp';

/** What a photo has, and no more: a small file can unpack to gigabytes. */
const MOST_PIXELS = 50_000_000;
const LONGEST_SIDE = 4_096;
/** Neither SVG nor PDF: those are programs of a kind, and may name other files. */
const READABLE = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'];
const WRITABLE = ['jpeg', 'png', 'webp', 'avif'] as const;
const FITS = ['cover', 'contain', 'fill', 'inside', 'outside'] as const;

// Requests run side by side already; more threads for one of them would only take turns.
sharp.concurrency(1);
sharp.cache(false);

interface Picture {
  readonly image: Sharp;
  readonly format: string;
  readonly width: number;
  readonly height: number;
}

/** @throws ServiceError 400, 413 or 415 where the body is no picture to work with */
async function openPicture(data: Uint8Array): Promise<Picture> {
  if (data.length === 0) throw new ServiceError(400, 'the body is empty: send the bytes of a picture');
  // Only the head of the file is read: it says how much the rest would unpack to.
  const head = await sharp(data, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw new ServiceError(415, 'the body is no picture that can be read', { cause: error });
    });
  const { width, height } = head;
  // AVIF is HEIF with another codec, and is told as that.
  const format = head.format === 'heif' ? 'avif' : head.format;
  if (!READABLE.includes(format)) throw new ServiceError(415, `${format} is not taken: ${READABLE.join(', ')}`);
  if (width * height > MOST_PIXELS) {
    throw new ServiceError(413, `${width}x${height} are more than ${MOST_PIXELS} pixels`);
  }
  return { image: sharp(data, { limitInputPixels: MOST_PIXELS, failOn: 'error' }), format, width, height };
}

/** @throws ServiceError 400 where the header is not a number of pixels */
function readSide(headers: ServiceRequest['headers'], name: string): number | undefined {
  const text = headers?.get(name) ?? '';
  if (text === '') return undefined;
  const side = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (side < 1 || side > LONGEST_SIDE) {
    throw new ServiceError(400, `header ${name} is a whole number of pixels, 1 to ${LONGEST_SIDE}`);
  }
  return side;
}

/** @throws ServiceError 400 where the header is none of the choices */
function readChoice<Choice extends string>(
  headers: ServiceRequest['headers'],
  name: string,
  choices: readonly Choice[],
  otherwise: Choice,
): Choice {
  const text = headers?.get(name) || otherwise;
  const choice = choices.find((one) => one === text);
  if (choice === undefined) throw new ServiceError(400, `header ${name} is one of ${choices.join(', ')}`);
  return choice;
}

export default defineService({
  name: 'resizer',
  version: '1.0.0',
  description: 'Resizes pictures',
  // It has decoded and encoded a picture once before the first request, and fails here where it cannot.
  start: async () => {
    await sharp({ create: { width: 8, height: 8, channels: 3, background: 'white' } })
      .jpeg()
      .toBuffer();
  },
  endpoints: {
    resize: {
      subject: 'images.resize',
      metadata: { headers: 'Width, Height, Fit, Format', request: 'a picture', reply: 'a picture' },
      // A picture in hand takes up to 200 MB at 50 million pixels; more wait in their order.
      concurrency: 4,
      timeout: '10s',
      handler: async ({ data, headers }) => {
        const width = readSide(headers, 'Width');
        const height = readSide(headers, 'Height');
        if (width === undefined && height === undefined)
          throw new ServiceError(400, 'header Width or Height is missing');
        const fit = readChoice(headers, 'Fit', FITS, 'inside');
        const { image, format: given } = await openPicture(data);
        const format = readChoice(headers, 'Format', WRITABLE, WRITABLE.find((one) => one === given) ?? 'png');
        return image
          .autoOrient()
          .resize({ ...(width && { width }), ...(height && { height }), fit, withoutEnlargement: true })
          .toFormat(format)
          .timeout({ seconds: 10 })
          .toBuffer()
          .catch((error: unknown) => {
            throw new ServiceError(422, 'the picture is damaged', { cause: error });
          });
      },
    },
    describe: {
      subject: 'images.describe',
      metadata: { request: 'a picture', reply: '{"format","width","height"}' },
      handler: async ({ data }) => {
        const { format, width, height } = await openPicture(data);
        return { format, width, height };
      },
    },
  },
});
