import { PageHead } from "../shell/PageHead";

export function ExplorePage() {
  return <PageHead title="Explore" />;
}
