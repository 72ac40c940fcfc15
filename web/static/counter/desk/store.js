// What the counter keeps in this browser: its supplies, the nonces of codes it has read, and uses
// that are to be recorded. All of it survives a restart; each write is done when its promise is.
const NAME = "mydata-counter";
const VERSION = 1;
const STORES = { supplies: null, nonces: "nonce", uses: "id" };

let opening = null;

function opened() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) {
        request.result.createObjectStore(name, keyPath ? { keyPath } : {});
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

/** Do one thing to one store; done when it is on the disk. */
async function within(name, mode, act) {
  const database = await opened();
  const transaction = database.transaction(name, mode, { durability: "strict" });
  const request = act(transaction.objectStore(name));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error ?? request.error);
  });
}

export const keepSupplies = (supplies) =>
  within("supplies", "readwrite", (store) => store.put(supplies, "now"));

export const keptSupplies = () => within("supplies", "readonly", (store) => store.get("now"));

/** Whether this nonce is new; of many at once one hears yes. */
export async function takeNonce(nonce, until) {
  try {
    await within("nonces", "readwrite", (store) => store.add({ nonce, until }));
    return true;
  } catch (error) {
    if (error?.name === "ConstraintError") return false;
    throw error;
  }
}

/** Forget nonces whose codes nobody can show any more. */
export async function forgetNonces(now) {
  const all = await within("nonces", "readonly", (store) => store.getAll());
  const over = all.filter(({ until }) => until < now);
  if (!over.length) return;
  await within("nonces", "readwrite", (store) => {
    const requests = over.map(({ nonce }) => store.delete(nonce));
    return requests.at(-1);
  });
}

/** Write a use down: `{id, party, check, text, readAt}`. */
export const addUse = (use) => within("uses", "readwrite", (store) => store.add(use));

export const waitingUses = () => within("uses", "readonly", (store) => store.getAll());

export const removeUse = (id) => within("uses", "readwrite", (store) => store.delete(id));
