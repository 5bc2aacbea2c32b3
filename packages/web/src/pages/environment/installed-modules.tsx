import './inside.css';
import type { InstalledModule } from '@slipway/contracts/environment-views';
import { type ReactNode, useId, useState } from 'react';
import { useRead } from '../../api/api.ts';
import { Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';

/** What is installed in the database, with a field to look for one. */
export const InstalledModules = ({ environment }: { readonly environment: string }): ReactNode => {
  const query = useRead('environmentDetails', { parameters: { environment } });
  const modules = query.data?.modules;
  return (
    <Panel title="Installed modules">
      {modules?.known == null ? (
        <div className="inside">
          <Loaded query={query}>{() => <p className="quiet foreign">{modules?.why ?? 'Not known.'}</p>}</Loaded>
        </div>
      ) : (
        <Searched modules={modules.known} />
      )}
    </Panel>
  );
};

const Searched = ({ modules }: { readonly modules: readonly InstalledModule[] }): ReactNode => {
  const [search, setSearch] = useState('');
  const [own, setOwn] = useState(modules.some((one) => one.own));
  const id = useId();
  const wanted = search.trim().toLowerCase();
  // Who looks for a name looks among all of them.
  const found = modules.filter((one) =>
    wanted === '' ? !own || one.own : `${one.name} ${one.title}`.toLowerCase().includes(wanted),
  );
  const count = modules.filter((one) => one.own).length;
  return (
    <>
      <div className="inside filter">
        <input
          type="search"
          className="input"
          aria-label="Search installed modules"
          placeholder="Search by name or title"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <label htmlFor={id} className="row">
          <input id={id} type="checkbox" checked={own} onChange={(event) => setOwn(event.target.checked)} />
          Ours only
        </label>
        <span className="quiet" role="status">
          {wanted === '' ? `${modules.length} installed, ${count} of them ours` : `${found.length} found`}
        </span>
      </div>
      {found.length === 0 ? (
        <p className="inside quiet">{wanted === '' ? 'None of them is ours.' : 'No module is called that.'}</p>
      ) : (
        <ModuleTable modules={found} />
      )}
    </>
  );
};

const ModuleTable = ({ modules }: { readonly modules: readonly InstalledModule[] }): ReactNode => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys.
  <section className="modules-list" tabIndex={0} aria-label="List of modules">
    <table className="table folds">
      <thead>
        <tr>
          <th>Module</th>
          <th>Version</th>
          <th>Title</th>
        </tr>
      </thead>
      <tbody>
        {modules.map(({ name, version, title, own }) => (
          <tr key={name}>
            <td className="mono foreign" data-label="Module">
              <span>
                {name} {own && <span className="chip info">ours</span>}
              </span>
            </td>
            <td className="mono foreign" data-label="Version">
              {version ?? 'none'}
            </td>
            <td className="foreign" data-label="Title">
              {title}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);
