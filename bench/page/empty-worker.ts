/**
 * What a transform costs that does nothing: the hop to a worker and back. For comparison only, and
 * under bench/ alone; nothing that is built for people can let a frame pass as it is.
 */
interface Transforming {
  readonly transformer: { readonly readable: ReadableStream; readonly writable: WritableStream };
}

(globalThis as { onrtctransform?: (event: Transforming) => void }).onrtctransform = ({
  transformer: { readable, writable },
}) => {
  const pass: Transformer["transform"] = (frame, controller) => controller.enqueue(frame);
  void readable.pipeThrough(new TransformStream({ transform: pass })).pipeTo(writable);
};
