import { type ComponentProps, type ReactNode, useId } from 'react';

interface FieldProps {
  readonly label: string;
  readonly help?: string;
  /** What is wrong with what was typed; read out when it comes. */
  readonly wrong?: string | null | undefined;
}

const Around = ({
  label,
  help,
  wrong,
  id,
  children,
}: FieldProps & { readonly id: string; readonly children: ReactNode }): ReactNode => (
  <div className="field">
    <label htmlFor={id}>{label}</label>
    {children}
    {help !== undefined && (
      <span className="help" id={`${id}-help`}>
        {help}
      </span>
    )}
    {wrong !== undefined && wrong !== null && (
      <span className="wrong" id={`${id}-wrong`} role="alert">
        {wrong}
      </span>
    )}
  </div>
);

const described = (id: string, { help, wrong }: FieldProps): string | undefined =>
  [help === undefined ? '' : `${id}-help`, wrong ? `${id}-wrong` : ''].filter((one) => one !== '').join(' ') ||
  undefined;

export const TextField = ({ label, help, wrong, ...input }: FieldProps & ComponentProps<'input'>): ReactNode => {
  const id = useId();
  const about = { label, ...(help === undefined ? {} : { help }), wrong };
  return (
    <Around {...about} id={id}>
      <input
        {...input}
        id={id}
        className="input"
        aria-invalid={wrong ? true : undefined}
        aria-describedby={described(id, about)}
      />
    </Around>
  );
};

export const TextArea = ({ label, help, wrong, ...input }: FieldProps & ComponentProps<'textarea'>): ReactNode => {
  const id = useId();
  const about = { label, ...(help === undefined ? {} : { help }), wrong };
  return (
    <Around {...about} id={id}>
      <textarea
        {...input}
        id={id}
        className="input"
        aria-invalid={wrong ? true : undefined}
        aria-describedby={described(id, about)}
      />
    </Around>
  );
};

export const SelectField = ({ label, help, wrong, ...input }: FieldProps & ComponentProps<'select'>): ReactNode => {
  const id = useId();
  const about = { label, ...(help === undefined ? {} : { help }), wrong };
  return (
    <Around {...about} id={id}>
      <select {...input} id={id} className="input" aria-describedby={described(id, about)} />
    </Around>
  );
};
