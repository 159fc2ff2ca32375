// A component that fails takes down no more than what stands inside the nearest boundary.
import { Component, type ReactNode } from 'react';
import { useT } from '../i18n/translate';
import { FaultBox, messageOfFault } from '../ui/Fault';

type Props = { children: ReactNode; quiet?: boolean };

export class Boundary extends Component<Props, { fault: unknown }> {
  override state: { fault: unknown } = { fault: null };

  static getDerivedStateFromError(fault: unknown) {
    return { fault };
  }

  override render() {
    if (this.state.fault === null) return this.props.children;
    if (this.props.quiet) return null;
    return <Broken fault={this.state.fault} onRetry={() => this.setState({ fault: null })} />;
  }
}

function Broken({ fault, onRetry }: { fault: unknown; onRetry: () => void }) {
  const t = useT();
  return (
    <div className="mx-auto max-w-2xl p-6">
      <FaultBox text={t('fault.page')} detail={messageOfFault(fault)} onRetry={onRetry} />
    </div>
  );
}
