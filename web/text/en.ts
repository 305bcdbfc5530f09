/**
 * Every sentence a person can read, in English. The shape of this object is the shape of every
 * language: a key missing elsewhere does not compile. Sentences that carry a number are functions.
 */
export const en = {
  name: "Winkr",
  documentTitle: {
    welcome: "Winkr: face to face with a stranger, in private",
    greenRoom: "Getting ready · Winkr",
    searching: "Looking for someone · Winkr",
    call: "In a call · Winkr",
    ended: "Call ended · Winkr",
    elsewhere: "Open in another tab · Winkr",
    broken: "Something broke · Winkr",
  },
  common: {
    close: "Close",
    settings: "Settings",
    home: "Back to start",
    tryAgain: "Try again",
  },
  welcome: {
    title: "Talk face to face with a stranger.",
    lead: "Nobody in between can see or hear you, and you can check it.",
    start: "Start",
    startNote: "18+ only. No account, no name, nothing kept.",
    again: "Good to see you again.",
    artLabel: "Two faces, one of them winking, with the same four emoji between them",
    artCaption: "Same four on both screens? Then nobody is in between.",
    privateTitle: "How it stays private",
    privatePoints: [
      {
        title: "Sealed on your device",
        body: "Picture, sound and text are encrypted before they leave. Our servers pass on what they cannot open.",
      },
      {
        title: "You can check it yourself",
        body: "Both of you see four emoji. Read them to each other: if they match, nobody sits in the middle.",
      },
      {
        title: "Nothing stays behind",
        body: "No account, no recording, no log of who met whom. The other person does not see your internet address unless you both want a direct line.",
      },
    ],
    limitsTitle: "What we cannot stop",
    limits: [
      "The other person can record their own screen.",
      "Whatever you say or show about yourself, they know.",
      "We cannot vouch for who they are. Leave whenever you like, without a reason.",
    ],
    details: "How this works, in detail",
    footer: "18+. Be kind: there is a person on the other side.",
  },
  greenRoom: {
    title: "Ready when you are",
    preview: "Your camera, as your partner will see it",
    previewCaption: "Your partner sees exactly this, the other way round.",
    cameraOff: "Your camera is off",
    cameraOffBody: "Your partner will see a dark picture. You can switch it on at any time.",
    asking: "Your browser is asking for camera and microphone",
    askingBody: "Choose “Allow”. Nobody sees or hears you until you press “Find someone”.",
    devices: "Your devices",
    camera: "Camera",
    microphone: "Microphone",
    noCameras: "No camera chosen",
    noMicrophones: "No microphone chosen",
    unnamed: (n: number) => `Device ${n}`,
    level: "Microphone level",
    levelHint: "Say something: the bar should move.",
    levelMuted: "Your microphone is off.",
    find: "Find someone",
    findWithout: "Continue without camera",
    findWithoutBoth: "Continue without camera and microphone",
    preparing: "Preparing…",
    rules: "For adults only (18+). Be kind, and leave whenever you like.",
    background:
      "Look behind you: letters, name tags and the view from a window tell more than you think.",
  },
  problems: {
    cameraTitle: "Your camera is not available",
    microphoneTitle: "Your microphone is not available",
    bothTitle: "Camera and microphone are not available",
    denied: {
      what: "This page is not allowed to use it.",
      steps: [
        "Open the site settings beside the address: the icon left of it, or the ⋮ or aA menu on a phone.",
        "Set it to “Allow”.",
        "Come back here and try again.",
      ],
    },
    dismissed: {
      what: "The question was closed without an answer.",
      steps: ["Try again and choose “Allow” when your browser asks."],
    },
    "blocked-by-system": {
      what: "Your device keeps it from this browser.",
      steps: [
        "Open the privacy settings of your phone or computer.",
        "Under Camera or Microphone, allow this browser.",
        "Restart the browser if it asks for it, then try again.",
      ],
    },
    "not-found": {
      what: "None was found on this device.",
      steps: [
        "Plug one in, or switch it on.",
        "Some laptops have a slider or a key that disconnects the camera.",
      ],
    },
    "in-use": {
      what: "Another app is using it, or it did not start.",
      steps: [
        "Close other apps and tabs that use it (meetings, camera app).",
        "Then try again. If that does not help, unplug it and plug it back in.",
      ],
    },
    insecure: {
      what: "Browsers only allow it on pages with a secure address.",
      steps: ["Open this page with an address that begins with https://"],
    },
    unsupported: {
      what: "This browser cannot use it, or a policy forbids it here.",
      steps: [
        "Open Winkr in a current Chrome, Firefox, Safari or Edge.",
        "If you came from inside another app, choose “Open in browser”.",
      ],
    },
    unplugged: {
      what: "It was unplugged.",
      steps: ["Plug it back in or choose another one, then try again."],
    },
    revoked: {
      what: "The permission was taken back while it was in use.",
      steps: ["Allow it again in the site settings beside the address, then try again."],
    },
    unknown: {
      what: "It did not start, and the browser does not say why.",
      steps: ["Try again.", "If that does not help, close and reopen the browser."],
    },
  },
  /** One cheap, concrete hint where a browser puts the switch in a place of its own. */
  browserHints: {
    chrome: "In Chrome: the sliders icon left of the address.",
    firefox: "In Firefox: the crossed-out camera left of the address; clear the block there.",
    safari: "In Safari: menu Safari → Settings for this website.",
    ios: "On iPhone and iPad: the icon beside the address → Website Settings.",
    android: "On Android: the icon left of the address → Permissions.",
  },
  searching: {
    title: "Looking for someone",
    connecting: "Connecting…",
    connectingBody: "Nobody can find you yet.",
    reconnecting: "Not connected",
    reconnectingBody: "The connection was lost. Trying again; your place is kept for a moment.",
    rungs: {
      shard: "Close to you first",
      region: "In your part of the world",
      neighbours: "In the regions next to yours",
      world: "Everywhere",
    },
    waited: (seconds: number) =>
      seconds < 60
        ? `Waiting for ${seconds} s`
        : `Waiting for ${Math.floor(seconds / 60)} min ${seconds % 60} s`,
    long: "It is quiet right now. You can keep this open; the page rings no bell, so stay near.",
    paused: (seconds: number) => `Going on in ${seconds} s`,
    pausedBody: "You skipped quickly. A short breath keeps it fair for everyone.",
    cancel: "Cancel",
    hintTitle: "When you meet: compare the emoji",
    hintBody:
      "You will both see four emoji. Read the first two aloud, let your partner read the last two. If all four are the same, nobody is in between.",
    hintExample: "For example",
    selfCaption: "You, not visible to anyone yet",
  },
  call: {
    title: "Call with a stranger",
    partner: "Your partner",
    self: "You",
    stage: {
      connecting: "Someone is here. Connecting…",
      securing: "Securing…",
      encrypted: "Encrypted, not yet compared",
      compared: "Encrypted, compared by you",
    },
    /** Beside the emoji, in one line. */
    stageShort: {
      connecting: "Connecting…",
      securing: "Securing…",
      encrypted: "Not compared",
      compared: "Compared",
    },
    stageBody: {
      connecting: "You are not visible yet.",
      securing: "Agreeing on keys that only the two of you hold.",
      encrypted: "Waiting for the picture…",
      compared: "Waiting for the picture…",
    },
    codeLabel: "Safety emoji",
    codeHelp: "Same four on both screens?",
    match: "They match",
    noMatch: "They don’t match",
    matchSpoken: "They match: I compared all four emoji with my partner",
    noMatchSpoken: "They don’t match: end this call",
    collapse: "Show less",
    expand: "Show the names",
    partnerCameraOff: "Your partner’s camera is off",
    partnerCameraOffBody: "You can hear each other and write.",
    partnerDarkBody: "You can write to each other.",
    partnerMuted: "Partner muted",
    interrupted: "The connection is interrupted",
    interruptedBody: "Trying to reach your partner again…",
    lobbyHint: "Reconnecting to Winkr. Your call goes on.",
    playBlocked: "Tap to see and hear your partner",
    youMuted: "You are muted",
    youHidden: "Your camera is off",
    cameraProblem: "Your camera stopped",
    microphoneProblem: "Your microphone stopped",
    muteMicrophone: "Mute microphone",
    unmuteMicrophone: "Unmute microphone",
    cameraTurnOff: "Turn camera off",
    cameraTurnOn: "Turn camera on",
    chat: "Chat",
    chatOpen: "Open chat",
    chatOpenUnread: (n: number) => `Open chat, ${n} unread`,
    chatClose: "Close chat",
    next: "Next",
    nextLabel: "Next person",
    stop: "End call",
    more: "More",
    block: "Block this person",
    blockBody: "Ends the call. You will not be paired with this person again.",
    security: "What protects this call",
    moveSelf: "Move your picture to another corner",
  },
  chat: {
    title: "Chat",
    empty: "Only the two of you can read what is written here. It is gone when the call ends.",
    placeholder: "Write something",
    input: "Message",
    send: "Send",
    from: { you: "You", partner: "Partner" },
    unsent: "Not delivered",
    left: (n: number) => `${n} characters left`,
    waiting: "You can write as soon as the call is encrypted.",
  },
  ended: {
    find: "Find someone else",
    retry: "Try again",
    home: "Back to start",
    what: "What happened?",
    left: {
      title: "You left the call",
      body: "Nothing about it was kept.",
      what: "Your camera and microphone are off. Pictures, words and keys of this call are gone from this device and were never anywhere else but with the two of you.",
    },
    "partner-left": {
      title: "Your partner moved on",
      body: "It happens all the time and means nothing.",
      what: "The other person pressed next or closed the page. Nothing about the call was kept.",
    },
    "partner-lost": {
      title: "We lost your partner",
      body: "Their connection broke off and did not come back.",
      what: "No packets arrived for a while although yours could leave. Most often that is a weak mobile network or a closed laptop.",
    },
    "partner-silent": {
      title: "That person did not answer",
      body: "You were paired, but their page stayed silent.",
      what: "Nothing of you was sent. A page that sleeps in the background does not answer.",
    },
    blocked: {
      title: "Blocked",
      body: "You will not be paired with this person again.",
      what: "The block is kept on this device. The other person is not told.",
    },
    security: {
      title: "We stopped this call",
      body: "Something was wrong with its protection, so nothing more is sent.",
      what: {
        commitment:
          "Your partner’s keys were not the ones announced at the beginning. Somebody may have tried to step in between. Your picture and sound were not sent.",
        fingerprint:
          "The connection offered was not the one your partner vouched for. Somebody may have tried to step in between. Your picture and sound were not sent.",
        certificate:
          "The line that was opened ends somewhere else than agreed. It was closed at once.",
        confirmation:
          "The two of you did not arrive at the same keys. Somebody may have tried to step in between. Your picture and sound were not sent.",
        malformed:
          "A message that sets up the encryption was damaged or made up. Your picture and sound were not sent.",
        reflected:
          "Your own messages were sent back to you as if they came from a partner. Somebody tried to fool this page. Your picture and sound were not sent.",
        "code-differs":
          "You said that the emoji differ. If your partner really saw other ones, somebody sat in between and could see and hear this call. What was said in it may be known to them.",
        address:
          "The connection would have shown your internet address to the other side although you did not allow that. It was not made.",
      },
      advice:
        "Once can be chance. If it happens again, change your network (for example from Wi-Fi to mobile data), and do not call from the one you are on now.",
    },
    "encryption-stopped": {
      title: "The encryption stopped, so we stopped",
      body: "Camera and microphone were cut the moment it happened.",
      what: "The part of this page that seals your picture stopped working. Without it nothing may leave, so the call was ended. Reload the page; if it happens again, try another browser.",
    },
    "relay-unavailable": {
      title: "The relay is not available",
      body: "Without it your internet address would be visible, so no call was made.",
      what: "Calls pass through a relay that hides both addresses. None could be reached. Try again in a moment.",
    },
    "connection-failed": {
      title: "No connection came about",
      body: "The two of you could not reach each other.",
      what: "Some networks (offices, hotels, schools) block video calls. Another network often helps.",
    },
    "edge-unreachable": {
      title: "Winkr cannot be reached",
      body: "Check your internet connection.",
      what: "The page works, but our servers did not answer. If your connection is fine, the trouble is ours and passes.",
    },
    "edge-refused": {
      title: "Not right now",
      body: "Winkr turned this connection away. Wait a little, then try again.",
      what: "That happens when there is a rush, or after a great many requests in a short time.",
      titleFinal: "This page was turned away",
      bodyFinal: "Reload it to get the current version.",
      whatFinal:
        "The page and the server did not understand each other. An outdated page is the most frequent cause.",
      reload: "Reload",
    },
    "other-tab": {
      title: "Winkr goes on in another tab",
      body: "This one has stopped. Its camera and microphone are off.",
      what: "Only one tab can be live, so that you are never seen in a place you forgot about.",
      find: "Use it here",
    },
    unsupported: {
      title: "This browser cannot protect a call",
      body: "So we do not make one.",
      what: "Winkr needs a browser that lets a page seal every single frame: current Chrome, Edge, Firefox or Safari. If you came from inside another app, open the page in your browser.",
    },
  },
  elsewhere: {
    title: "Winkr is already open in another tab",
    body: "Only one tab can be live, so that you are never seen in a place you forgot about.",
    useHere: "Use it here",
    note: "The other tab stops, and a call in it ends.",
  },
  broken: {
    title: "Something broke",
    body: "Nothing is being sent any more: camera and microphone are off.",
    reload: "Reload the page",
  },
  security: {
    title: "What protects this call",
    titleGeneral: "How it is protected",
    now: "Right now",
    state: "State",
    path: "Path",
    pathRelay: "Through a relay. Your partner does not see your internet address.",
    pathDirect: "Direct. Both of you asked for it, so your partner can see your internet address.",
    pathUnknown: "Not established yet",
    cipher: "Cipher",
    keyAgreement: "Key agreement",
    keyAge: "Keys agreed",
    keyAgeSeconds: (s: number) =>
      s < 60 ? `${s} s ago` : `${Math.floor(s / 60)} min ${s % 60} s ago`,
    certificate: "Line certificate",
    certificateMatches: "The same that both of you agreed on",
    certificateUnchecked: "Not checked yet",
    sealed: "Frames sealed",
    opened: "Frames opened",
    rejected: "Frames rejected",
    rejectedNote: "Rejected frames did not open under your keys and were thrown away unseen.",
    messages: "Messages sealed / opened",
    compared: "Emoji",
    comparedYes: "You said that they match",
    comparedNo: "Not yet compared",
    compareTitle: "How to compare",
    compareSteps: [
      "Read your first two emoji aloud. Let your partner read the last two.",
      "Watch the lips: the voice should belong to the face you see.",
      "If all four are the same, press “They match”. If not, press “They don’t match” and the call ends.",
    ],
    compareWhy:
      "Somebody in between would have to make two different calls out of one. The four emoji are computed from both calls’ keys, so they would differ. Guessing them right works once in sixteen million tries.",
    howTitle: "In plain words",
    how: [
      "Your browser and your partner’s agree on keys. The keys never leave the two devices.",
      "Every frame of picture and sound and every message is sealed with them before it leaves.",
      "Winkr’s servers pair people and pass on sealed frames. They cannot open them, and they keep no record of them.",
      "If anything about this fails, the call stops instead of going on unprotected.",
    ],
    limitsTitle: "What this does not stop",
    limits: [
      "Your partner recording the screen, or filming it with a phone.",
      "Someone behind your partner, outside the picture.",
      "A device that is already under somebody else’s control.",
      "Network observers seeing that you use Winkr, when, and for how long.",
    ],
  },
  settings: {
    title: "Settings",
    look: "Look",
    themes: { system: "System", light: "Light", dark: "Dark" },
    privacy: "Privacy",
    direct: "Allow direct connections",
    directBody:
      "Without the relay in between, a call can be a little quicker. But a direct connection shows your internet address, and with it roughly where you are, to the stranger. It is only made when both of you allow it, and calls still begin on the relay wherever there is one.",
    forget: "Forget everything on this device",
    forgetBody:
      "Clears these settings, blocks and everything else that Winkr keeps in this browser.",
    forgotten: "Done. Nothing of Winkr is kept on this device.",
    age: "Proof of age",
    ageBody:
      "With a credential you can prove that you are eighteen without showing a birthday or a name.",
    ageOpen: "Open the wallet",
    keys: "Keyboard",
    shortcuts: "Single-key shortcuts in a call",
    shortcutsBody: "Escape twice always works.",
    shortcutList: {
      microphone: "Microphone on or off",
      camera: "Camera on or off",
      chat: "Open or close the chat",
      next: "Next person",
      escape: "Close what is open",
      panic: "Leave at once: picture black, sound off, also while typing",
    },
    keyNames: { escape: "Esc" },
    version: (v: string) => `Version ${v}`,
  },
  wallet: {
    title: "Proof of age",
    proves: "What this proves",
    provesBody:
      "That an issuer which this site trusts has seen that you were born at least eighteen years ago. Nothing else: no birthday, no name, no number.",
    limits: "What it does not",
    limitsPoints: [
      "It does not prove that whoever holds the device is the one who was checked. Lending it costs you your seat, and a ban falls on you.",
      "It does not make you known anywhere. Here you always have the same pseudonym, so that a ban can hold; on every other site it is another one, and nobody can tell that they belong together.",
      "The issuer knows your birthday. It does not learn where you use the proof, not even together with us.",
    ],
    empty: "There is no credential in this browser.",
    broken:
      "What is kept here cannot be read. You can go on without it, remove it, or restore it from a file.",
    pending: "An issuer needs this text and answers with another one. Put that in below.",
    ready: (issuer: string, month: string) => `A credential of ${issuer}, from ${month}.`,
    demo: "This is a demo credential. It counts on this machine only and says nothing about anybody.",
    issuer: "From an issuer",
    ask: "Ask an issuer",
    renew: "Renew",
    answer: "The issuer's answer",
    take: "Keep it",
    demoTitle: "Demo issuer",
    demoBody: "On a developer's machine anybody can be of any age.",
    born: "Born",
    getDemo: "Get a demo credential",
    check: "Prove it now",
    file: "As a file",
    fileBody:
      "An encrypted copy. Without it, or the passphrase, a new browser begins with nothing, and an issuer may give each person only one credential.",
    passphrase: "Passphrase, ten characters or more",
    save: "Save a file",
    restore: "Restore from a file",
    remove: "Remove from this browser",
    steps: {
      working: "One moment …",
      asking: "Asking for a challenge …",
      proving: "Proving on this device …",
      checking: "The edge checks it …",
    },
    outcomes: {
      proven: "Proven. You meet others who have proven it too.",
      kept: "Checked and kept in this browser.",
      unreadable: "This is no answer and no file of a wallet.",
      locked: "The passphrase is another one, or the file is damaged.",
      "no-date": "This is no date.",
      failed: "That did not work. Try again.",
      pending: "No issuer has signed yet.",
      issuer: "This site does not trust that issuer, or no longer.",
      credential: "The credential is not signed for you in this form.",
      "too-young": "The credential says that you are not eighteen yet.",
      refused: "The edge did not accept it. Try again in a minute.",
    },
    banned: (reason: string, until: string) =>
      `You are kept out because of ${reason}, ${until}. Nothing but time, or an appeal that is upheld, lifts it; it cannot be bought.`,
    until: (when: string) => `until ${when}`,
    untilLifted: "until somebody who looks at it lifts it",
    reasons: {
      nudity: "nudity",
      harassment: "harassment",
      hate: "hate",
      threat: "threats",
      minor: "endangering a minor",
      spam: "spam",
      lending: "lending a credential",
    },
  },
  update: {
    ready: "A new version is ready.",
    reload: "Reload",
    later: "Later",
  },
  announce: {
    connecting: "Somebody is here. Connecting.",
    securing: "Securing the call.",
    encrypted: (names: string) => `Encrypted. Your safety emoji are: ${names}.`,
    compared: "Compared. Nobody is in between.",
    partnerVisible: "You can see your partner.",
    partnerCameraOff: "Your partner turned the camera off.",
    partnerCameraOn: "Your partner turned the camera on.",
    partnerMuted: "Your partner muted the microphone.",
    partnerUnmuted: "Your partner unmuted the microphone.",
    interrupted: "The connection is interrupted.",
    steady: "The connection is back.",
    micOn: "Microphone on.",
    micOff: "Microphone off.",
    camOn: "Camera on.",
    camOff: "Camera off.",
    left: "You left.",
    message: (text: string) => `Partner: ${text}`,
  },
};

type Shape<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : T extends readonly (infer I)[]
      ? readonly Shape<I>[]
      : { readonly [K in keyof T]: Shape<T[K]> };

/** What every language provides. */
export type Text = Shape<typeof en>;
