import { type ComponentProps, type ReactNode, useId } from 'react';

interface FieldProps {
  readonly label: string;
  readonly help?: string | undefined;
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

/** The label around an input, and what the input says of itself to whoever does not see it. */
const useField = ({ label, help, wrong }: FieldProps) => {
  const id = useId();
  const about = { label, ...(help === undefined ? {} : { help }), wrong, id };
  const input = {
    ...{ id, className: 'input', 'aria-invalid': wrong ? true : undefined },
    'aria-describedby': described(id, about),
  } as const;
  return { about, input };
};

export const TextField = ({ label, help, wrong, ...rest }: FieldProps & ComponentProps<'input'>): ReactNode => {
  const { about, input } = useField({ label, help, wrong });
  return (
    <Around {...about}>
      <input {...rest} {...input} />
    </Around>
  );
};

export const TextArea = ({ label, help, wrong, ...rest }: FieldProps & ComponentProps<'textarea'>): ReactNode => {
  const { about, input } = useField({ label, help, wrong });
  return (
    <Around {...about}>
      <textarea {...rest} {...input} />
    </Around>
  );
};

export const SelectField = ({ label, help, wrong, ...rest }: FieldProps & ComponentProps<'select'>): ReactNode => {
  const { about, input } = useField({ label, help, wrong });
  return (
    <Around {...about}>
      <select {...rest} {...input} />
    </Around>
  );
};
