import { randomInt } from 'node:crypto';
import Database from 'libsql';

/** A short link as it is kept. */
export interface Link {
  readonly slug: string;
  readonly url: string;
  readonly visits: number;
  /** RFC 3339. */
  readonly created: string;
}

/** How long a write waits for that of another worker; a write takes some 0.1 ms. */
const BUSY_TIMEOUT_MS = 2_000;
/** No digit or letter that is read as another one. */
const ALPHABET = '23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ';
/** 57⁷ are 2·10¹² slugs: with a million links kept, one in two million new ones has to try again. */
const SLUG_LENGTH = 7;
const MOST_TRIES = 10;

/**
 * The links in an SQLite file that several processes share.
 *
 * Every change is one statement, which SQLite makes whole or not at all: a process that is killed in the midst of it
 * leaves nothing behind, no lock either. Nothing is read first to be written later.
 */
export class Links {
  readonly #database: Database.Database;
  readonly #insert: Database.Statement;
  readonly #select: Database.Statement;
  readonly #visit: Database.Statement;

  /** Opens the file, or makes it. */
  constructor(file: string) {
    this.#database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
    // Readers do not wait for the writer, nor the writer for them.
    this.#database.pragma('journal_mode = WAL');
    // A link whose caller has its answer outlasts a power failure, too.
    this.#database.pragma('synchronous = FULL');
    this.#database.exec(`
      CREATE TABLE IF NOT EXISTS links (
        slug TEXT PRIMARY KEY,
        url TEXT NOT NULL,
        visits INTEGER NOT NULL DEFAULT 0,
        created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
      ) STRICT, WITHOUT ROWID`);
    this.#insert = this.#database.prepare('INSERT INTO links (slug, url) VALUES (?, ?) ON CONFLICT DO NOTHING');
    this.#select = this.#database.prepare('SELECT slug, url, visits, created FROM links WHERE slug = ?');
    this.#visit = this.#database.prepare('UPDATE links SET visits = visits + 1 WHERE slug = ? RETURNING url');
  }

  /** @returns false where another URL has the slug */
  add(slug: string, url: string): boolean {
    return this.#insert.run(slug, url).changes === 1 || this.find(slug)?.url === url;
  }

  /** @returns the slug that was free */
  addAnywhere(url: string): string {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const slug = createSlug();
      if (this.#insert.run(slug, url).changes === 1) return slug;
    }
    throw new Error(`no free slug in ${MOST_TRIES} tries`);
  }

  find(slug: string): Link | undefined {
    const row = this.#select.get(slug) as Link | undefined;
    return row && { slug: row.slug, url: row.url, visits: row.visits, created: row.created };
  }

  /** Counts a visit, and gives where it goes. */
  visit(slug: string): string | undefined {
    return (this.#visit.get(slug) as { url: string } | undefined)?.url;
  }

  /** @throws where the file cannot be read */
  check(): void {
    this.#select.get('');
  }

  close(): void {
    // As much as other workers let it: the file alone is whole then, to be copied, say.
    this.#database.pragma('wal_checkpoint(PASSIVE)');
    this.#database.close();
  }
}

/** Whether another process kept the file longer than a write waits. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}

function createSlug(): string {
  return Array.from({ length: SLUG_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
