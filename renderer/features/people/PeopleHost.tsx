import { FirstName } from './FirstName.tsx';
import { StatisticsHost } from './StatisticsHost.tsx';
import './people.css';

/** What floats over every view and is about people. */
export function PeopleHost() {
  return (
    <>
      <StatisticsHost />
      <FirstName />
    </>
  );
}
