// What the hub knows of a transport: somewhere that frames go to, and how much of them waits there.

/** One frame on its way. `id` is the event's (SSE needs it); `isShared`: many get these very bytes. */
export type Sent = Readonly<{ bytes: Buffer; id: string | null; isShared: boolean }>;

/** Where frames go. All do nothing once it is closed. */
export type Outlet = Readonly<{
  send: (sent: Sent) => void;
  /** Bytes that wait for the client to read them. */
  pending: () => number;
  /** Calls once, when `pending()` has come down to little; never after the close. */
  whenDrained: (then: () => void) => void;
  close: (code: number, reason: string) => void;
}>;
