export function FramesView() {
  return <div />;
}
