export function HomeView() {
  return <div />;
}
